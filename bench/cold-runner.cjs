/**
 * What Lambda's runtime does with a bundle, once: require it, call the handler, write the reply. It writes to
 * a file descriptor, because loading `process.stdout` would cost each variant the same few milliseconds. It replaces
 * `console` as Lambda does.
 */
const { readFileSync, writeSync } = require('node:fs');

for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
  console[level] = (line) => {
    writeSync(2, `${line}\n`);
  };
}

const [, , bundle, eventFile] = process.argv;
const event = JSON.parse(readFileSync(eventFile, 'utf8'));

require(bundle)
  .handler(event, { getRemainingTimeInMillis: () => 10_000 })
  .then(
    (reply) => {
      writeSync(1, JSON.stringify(reply));
      process.exit(0);
    },
    (error) => {
      writeSync(2, String(error?.stack));
      process.exit(1);
    },
  );
