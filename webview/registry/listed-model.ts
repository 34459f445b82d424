import { useMemo } from "preact/hooks";
import { unpackVersions, type VersionLine } from "../../src/protocol/model-lines.js";
import type { ModelDetail } from "../../src/protocol/registry.js";
import { useAnswer, type Answered } from "../answer.js";
import type { Page } from "../bridge.js";

/** A model with its versions, newest first, the deleted ones too. */
export interface ListedModel extends Omit<ModelDetail, "history"> {
  readonly history: readonly VersionLine[];
}

/** A model as its page shows it, asked again when `version` changes. */
export function useListedModel(page: Page, model: string, version: number): Answered<ListedModel> {
  const { result, ...rest } = useAnswer(page, "models/page", { model }, version);
  const listed = useMemo(() => {
    if (!result) return undefined;
    const { lines, ...detail } = result;
    return { ...detail, history: unpackVersions(lines) };
  }, [result]);
  return { ...rest, result: listed };
}
