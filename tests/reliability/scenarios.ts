import { crash } from './crash.ts';
import { deletion } from './deletion.ts';
import { hostileHttp } from './hostile-http.ts';
import { hostilePorts } from './hostile-ports.ts';
import { isolation } from './isolation.ts';
import { issuerFaults } from './issuer-faults.ts';
import { load } from './load.ts';
import type { Scenario } from './scenario.ts';
import { storageFaults } from './storage-faults.ts';

/** All of them by the name that `--only` takes, in the order of the page. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  isolation,
  storage: storageFaults,
  deletion,
  issuer: issuerFaults,
  hostile: hostileHttp,
  ports: hostilePorts,
  load,
  // Last, because it kills the stack.
  crash,
};
