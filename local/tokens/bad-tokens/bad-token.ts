import type { RejectionCode } from '../../../authorizer/rejections.ts';
import type { TokenMaker } from './token-maker.ts';

/** One way in which a token is bad, in words and as an Authorization header. */
export interface BadToken {
  /** Unique among all. */
  readonly name: string;
  /** The reason for which an API with a shared secret and a key set refuses it. */
  readonly code: RejectionCode;
  /** `undefined` for a request without the header. */
  readonly header: (maker: TokenMaker) => string | undefined;
  /** Settings without which the API would accept it. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Refused before its signature is verified, so it can be made without a key of the API. */
  readonly unsigned?: boolean;
}

/** Bad tokens with one subject. */
export interface AttackTable {
  /** What is attacked, with the sections that warn of it. */
  readonly title: string;
  readonly rows: (maker: TokenMaker) => readonly BadToken[];
}

/** What is sent, in words; the token; the reason for which it is refused. */
type Row = readonly [name: string, token: string, code: RejectionCode];

/** A table of tokens, each sent with the scheme Bearer. */
export function attacks(title: string, rows: (maker: TokenMaker) => readonly Row[]): AttackTable {
  return {
    title,
    rows: (maker) =>
      rows(maker).map(([name, token, code]) => ({ name, code, header: () => `Bearer ${token}` })),
  };
}
