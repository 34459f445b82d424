import { said, type Piece, type Said } from "../base/said.js";
import type { GivenUp } from "../store/purged.js";
import type { Store } from "../store/store.js";
import type { GivenUpData, ModelVersionDetail } from "./view.js";

/**
 * The data that a version came of and that was given up for ever. Nobody gives up data of which a model stands, as far as
 * they know: another clone registered it at the same time.
 */
export const givenUpData = (
  { purged }: Store,
  { data }: Pick<ModelVersionDetail, "data">,
): readonly GivenUpData[] =>
  data.flatMap((one) => {
    const by = purged.contentGivenUp(one.version);
    return by ? [{ ...one, ...by }] : [];
  });

/** Who gave it up, when, and in which fact. */
export function byWhom({ at, author, fact }: GivenUp): Said {
  const day = new Date(at).toISOString().slice(0, 10);
  const who: Piece = author === "" ? said`somebody who is not named` : author;
  return said`given up for ever on ${day} by ${who}, in the fact ${fact}`;
}
