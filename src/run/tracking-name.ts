const longest = 250;

/**
 * `text` as a name that every MLflow client accepts for a param or metric: word characters of any script, `-`, `.`,
 * `:`, `/` and blanks, at most 250 characters, no path that climbs or starts at the root. Other characters become
 * `_`; undefined where nothing is left.
 */
export function trackingName(text: string): string | undefined {
  const segments = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}_.:/ -]/gu, "_")
    .split("/")
    .map((segment) => segment.trim())
    .filter((segment) => segment !== "" && segment !== "." && segment !== "..");
  const name = segments
    .join("/")
    .slice(0, longest)
    .replace(/[/ ]+$/, "");
  return /[\p{L}\p{N}]/u.test(name) ? name : undefined;
}
