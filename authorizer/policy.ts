import type { Policy } from './events.ts';

/**
 * `arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/`, none of it a wildcard. Account and API are digits and
 * lower-case letters on AWS; serverless-offline writes `random-account-id`.
 */
const STAGE_OF_METHOD_ARN =
  /^arn:[a-z-]+:execute-api:[a-z0-9-]+:[A-Za-z0-9-]+:[A-Za-z0-9-]+\/[A-Za-z0-9_-]+\//;

/**
 * Allows every method of the stage the request came in on.
 *
 * The stage, not the one method, because API Gateway caches the policy per token. It applies the policy to the caller's
 * next request on any path (docs/adr/0003-refusals.md). What a caller may do to a task is decided in the domain.
 *
 * @param methodArn `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{verb}/{path}`, as API Gateway passes it.
 * @throws {TypeError} when it is not of that form.
 */
export function allowStage(methodArn: string): Policy {
  return stagePolicy('Allow', methodArn);
}

/** Denies every method of the stage: a refused token is refused everywhere. Arguments as {@link allowStage}. */
export function denyStage(methodArn: string): Policy {
  return stagePolicy('Deny', methodArn);
}

/** Denies everything. For an event that names no method, which API Gateway never sends. */
export function denyAll(): Policy {
  return policy('Deny', '*');
}

function stagePolicy(effect: 'Allow' | 'Deny', methodArn: string): Policy {
  const stage = STAGE_OF_METHOD_ARN.exec(methodArn)?.[0];
  if (stage === undefined) throw new TypeError('methodArn is not the ARN of an API Gateway method');
  return policy(effect, `${stage}*`);
}

function policy(effect: 'Allow' | 'Deny', resource: string): Policy {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }],
  };
}
