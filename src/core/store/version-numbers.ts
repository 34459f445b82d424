/** A number that a fact asked for; facts stand in the order of facts. */
export interface NumberClaim {
  /** Id of the fact. */
  readonly id: string;
  readonly number: number;
}

export interface SettledNumber {
  readonly number: number;
  /** What its fact asked for; another where a fact before it had that number: two clones made one each. */
  readonly claimed: number;
}

/**
 * Numbers of versions, of claims in the order of their facts: the first in order keeps its number, each other takes
 * the next above all claims. So every clone that has the same facts gives the same numbers.
 */
export function settleNumbers(claims: Iterable<NumberClaim>): ReadonlyMap<string, SettledNumber> {
  const settled = new Map<string, SettledNumber>();
  const taken = new Set<number>();
  const displaced: NumberClaim[] = [];
  let greatest = 0;
  for (const claim of claims) {
    greatest = Math.max(greatest, claim.number);
    if (taken.has(claim.number)) displaced.push(claim);
    else {
      taken.add(claim.number);
      settled.set(claim.id, { number: claim.number, claimed: claim.number });
    }
  }
  for (const { id, number } of displaced) settled.set(id, { number: ++greatest, claimed: number });
  return settled;
}
