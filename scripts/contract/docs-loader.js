/* Unpacks Swagger UI out of this page, so that the page is one reply and no other server is asked for anything. */
const unpack = (id) => {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (character) =>
    character.charCodeAt(0),
  );
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
};
const add = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  document.head.append(element);
};
Promise.all([unpack('style'), unpack('code')]).then(([style, code]) => {
  add('style', style);
  add('script', code);
  document.getElementById('loading').remove();
  SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
