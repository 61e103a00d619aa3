/** Whether a media type is among the API's `binaryMediaTypes`. */
export type IsBinary = (mediaType: string | undefined) => boolean;

/**
 * GW-816, GW-817: a type matches itself and `type/*`. Except for `*\/*`, a wildcard on the left matches nothing.
 *
 * @param listed `provider.apiGateway.binaryMediaTypes`: `image/png`, `image/*` or `*\/*`.
 */
export function makeIsBinary(listed: readonly string[]): IsBinary {
  const patterns = listed.map((entry) => entry.trim().toLowerCase());
  if (patterns.includes('*/*')) return () => true;
  const usable = new Set(patterns.filter((pattern) => !pattern.startsWith('*/')));
  return (mediaType) => {
    if (mediaType === undefined || usable.size === 0) return false;
    const [type, subtype, ...rest] = firstMediaType(mediaType).split('/');
    if (subtype === undefined || rest.length > 0) return false;
    return usable.has(`${type}/${subtype}`) || usable.has(`${type}/*`);
  };
}

/** Of several in `Accept` only the first counts; parameters do not. */
function firstMediaType(header: string): string {
  return (header.split(/[,;]/)[0] ?? '').trim().toLowerCase();
}
