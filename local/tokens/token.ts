import { describeProblem } from '../settings/local-problem.ts';
import { makeToken } from './make-token.ts';

/** `npm run token`: prints the token and nothing else, so that it can be put into a variable. */
makeToken(process.argv.slice(2), process.env).then(
  (token) => process.stdout.write(`${token}\n`),
  (error: unknown) => {
    console.error(describeProblem(error));
    process.exitCode = 1;
  },
);
