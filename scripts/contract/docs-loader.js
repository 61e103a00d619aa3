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
/* A reply has many headers and an operation many error replies. Both are closed until a reader opens them. */
const closed = (createElement, summary, content) =>
  createElement('details', null, createElement('summary', null, summary), content);
const shortReplies = ({ React: { createElement, Fragment } }) => ({
  wrapComponents: {
    headers: (Headers) => (props) =>
      props.headers?.size > 0
        ? closed(
            createElement,
            `Headers: ${props.headers.keySeq().join(', ')}`,
            createElement(Headers, props),
          )
        : null,
    responses: (Responses) => (props) => {
      const isError = (_reply, status) => Number(status) >= 400;
      const errors = props.responses.filter(isError);
      if (errors.size === 0) return createElement(Responses, props);
      const replies = { ...props, responses: props.responses.filterNot(isError) };
      const refusals = { ...props, responses: errors, tryItOutResponse: undefined };
      return createElement(
        Fragment,
        null,
        createElement(Responses, replies),
        closed(createElement, `Errors: ${errors.keySeq().join(', ')}`, createElement(Responses, refusals)),
      );
    },
  },
});
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
    plugins: [shortReplies],
  });
});
