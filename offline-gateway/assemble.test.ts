import { expect, it } from '@jest/globals';
import { describeCache } from './assemble.ts';
import type { Api } from './exchange/exchange.ts';
import type { Target } from './service/rest-api.ts';
import { makeRouter } from './service/router.ts';

function describeFor(template: string, basePath: string): string {
  const router = makeRouter<Target>();
  router.add('ANY', template, { kind: 'stock' });
  return describeCache({
    api: { basePath } as Api,
    options: { httpPort: 3100 },
    router,
    flushPath: '/_flush',
  });
}

it('the start says how to empty the cache, or that a route of the service is in the way', () => {
  expect(describeFor('/tasks', '')).toContain('curl -X DELETE http://localhost:3100/_flush');
  expect(describeFor('/{proxy+}', '')).toContain('a route of this service covers /_flush');
  expect(describeFor('/{proxy+}', '/dev')).toContain('curl -X DELETE');
});
