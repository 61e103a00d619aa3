import type { RecordedFact } from './fact.ts';
import { BINARY_FACTS } from './facts-binary.ts';
import { EVENT_FACTS } from './facts-event.ts';
import { HEADER_FACTS } from './facts-headers.ts';
import { REPLY_FACTS } from './facts-reply.ts';
import { REQUEST_FACTS } from './facts-request.ts';
import { RESPONSE_FACTS } from './facts-responses.ts';

/** The recorded facts, by what they are about. */
export const GROUPS: Readonly<Record<string, readonly RecordedFact[]>> = {
  'the event of a proxy integration': EVENT_FACTS,
  'headers in both directions': HEADER_FACTS,
  'the reply of a function': REPLY_FACTS,
  'binary media types': BINARY_FACTS,
  'validation, API keys, routing': REQUEST_FACTS,
  'gateway responses': RESPONSE_FACTS,
};

/** All of them. */
export const RECORDED_FACTS: readonly RecordedFact[] = Object.values(GROUPS).flat();
