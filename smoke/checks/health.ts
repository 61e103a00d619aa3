import { inGroup } from '../check.ts';
import { requireStatus } from '../session.ts';

const { anyone } = inGroup('health');

export const HEALTH_CHECKS = [
  anyone('the service is up', async ({ anonymous }) => {
    requireStatus(await anonymous.get('/api/health'), 200);
  }),

  anyone('a token is not looked at where none is needed', async ({ anonymous }) => {
    requireStatus(await anonymous.get('/api/health', { authorization: 'Bearer nonsense' }), 200);
  }),
];
