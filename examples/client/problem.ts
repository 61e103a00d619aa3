import type { components } from './generated/api.ts';

type Responses = components['responses'];
type ProblemResponse = Extract<
  Responses[keyof Responses],
  { content: { 'application/problem+json': unknown } }
>;

/** Any problem of the API (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** Every code that the contract knows. Decide on it; `detail` is for people. */
export type ProblemCode = NonNullable<ProblemResponse['content']['application/problem+json']['code']>;

/** The API refused, and said why. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: ProblemCode;
  /** Name it when you ask for help. */
  readonly requestId: string;
  /** What is wrong with the request, field by field; empty unless the code is `invalid_request`. */
  readonly errors: NonNullable<Problem['errors']>;

  constructor(problem: Problem) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code as ProblemCode;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
  }
}

/** Whether an error is a problem with one of these codes. */
export function isProblem(error: unknown, ...codes: readonly ProblemCode[]): error is ApiProblem {
  return error instanceof ApiProblem && (codes.length === 0 || codes.includes(error.code));
}

/** The reply as a problem; `undefined` when it is none. Its body stays readable. */
export async function findProblem(response: Response): Promise<Problem | undefined> {
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('application/problem+json')
    ? ((await response.clone().json()) as Problem)
    : undefined;
}

/** @throws {ApiProblem} for a problem, {Error} for a refusal in another format, which a proxy in between might send. */
export async function requireOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = await findProblem(response);
  throw problem ? new ApiProblem(problem) : new Error(`${response.url} answered ${response.status}`);
}
