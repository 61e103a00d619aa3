import type { Session } from './session.ts';

/** What the suite asks, in the order it asks. */
export const GROUPS = [
  'health',
  'unauthenticated',
  'refused tokens',
  'records',
  'isolation',
  'errors',
  'headers',
  'contract',
] as const;
export type Group = (typeof GROUPS)[number];

/** Who is calling. A check asks for the sessions it needs, and is skipped where there is no token for them. */
export interface Callers {
  readonly anonymous: Session;
  /** Of `--token`. */
  readonly user: Session;
  /** Of `--second-token`, another user. */
  readonly other: Session;
}

export type Needs = 'nothing' | 'a token' | 'two tokens';

/** One promise of the API, named by a sentence. */
export interface Check {
  readonly group: Group;
  /** Unique among all checks. */
  readonly name: string;
  readonly needs: Needs;
  /** What it is about, when a stage may be deployed without that. */
  readonly page?: Page;
  readonly run: (callers: Callers) => Promise<void>;
}

/** What the parameter `docs` of serverless.yml leaves out. */
export const PAGES = ['/openapi.json', '/docs'] as const;
export type Page = (typeof PAGES)[number];

type Run<Names extends keyof Callers> = (callers: Pick<Callers, Names>) => Promise<void>;

/** Makes the checks of a group; each maker says how many tokens it takes. */
export function inGroup(group: Group) {
  return {
    anyone: (name: string, run: Run<'anonymous'>): Check => ({ group, name, needs: 'nothing', run }),
    signedIn: (name: string, run: Run<'anonymous' | 'user'>): Check => ({
      group,
      name,
      needs: 'a token',
      run,
    }),
    reader: (page: Page, name: string, run: Run<'anonymous'>): Check => ({
      group,
      name: `${page} ${name}`,
      needs: 'nothing',
      page,
      run,
    }),
    twoUsers: (name: string, run: Run<keyof Callers>): Check => ({ group, name, needs: 'two tokens', run }),
  };
}
