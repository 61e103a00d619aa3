/**
 * `npm run gateway:compare`: what `serverless offline` does alone and with the offline gateway. `--recorded` leaves out the
 * differences, `--why` says what differed, `--write` renews the tables of the two pages. Ends with 1 on a surprise.
 */
import { compare, RECORDED_STEPS, STEPS } from '../offline-gateway/conformance/compare.ts';
import { showProgress } from '../support/progress.ts';

const isRecordedOnly = process.argv.includes('--recorded');
const progress = showProgress((isRecordedOnly ? RECORDED_STEPS : STEPS).map((name) => ({ name })));
const surprises = await compare(progress, { isRecordedOnly, isWriting: process.argv.includes('--write') });
progress.end();
process.exitCode = surprises === 0 ? 0 : 1;
