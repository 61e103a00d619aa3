/** As cold-runner.cjs, but what it writes is the processor time of each part of the start, in microseconds. */
const { readFileSync, writeSync } = require('node:fs');

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const ready = cpu();
for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
  console[level] = (line) => {
    writeSync(2, `${line}\n`);
  };
}

const [, , bundle, eventFile] = process.argv;
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const { handler } = require(bundle);
const loaded = cpu();

handler(event, { getRemainingTimeInMillis: () => 10_000 }).then(
  (reply) => {
    writeSync(1, JSON.stringify({ ready, loaded, replied: cpu(), reply }));
    process.exit(0);
  },
  (error) => {
    writeSync(2, String(error?.stack));
    process.exit(1);
  },
);
