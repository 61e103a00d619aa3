/** Whether a media type is among the API's `binaryMediaTypes`. */
export type IsBinary = (mediaType: string | undefined) => boolean;

/** @param listed `provider.apiGateway.binaryMediaTypes`: `image/png`, `image/*` or `*\/*`. */
export function makeIsBinary(listed: readonly string[]): IsBinary {
  const patterns = listed.map((entry) => entry.trim().toLowerCase());
  if (patterns.includes('*/*')) return () => true;
  return (mediaType) => {
    if (mediaType === undefined || patterns.length === 0) return false;
    const type = firstMediaType(mediaType);
    return patterns.some((pattern) => pattern === type || pattern === `${type.split('/')[0]}/*`);
  };
}

/** Of several in `Accept` only the first counts; parameters do not. */
function firstMediaType(header: string): string {
  return (header.split(/[,;]/)[0] ?? '').trim().toLowerCase();
}
