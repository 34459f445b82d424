import type { ModelDetail, ModelSummary, ModelVersionDetail, ModelVersionSummary } from "./view.js";

/** What a list shows of a model: not all of its versions. */
export function summaryOfModel({ history: _history, card: _card, ...summary }: ModelDetail): ModelSummary {
  return summary;
}

/** What a list shows of a version. */
export function summaryOfVersion(version: ModelVersionDetail): ModelVersionSummary {
  const {
    artifact: _artifact,
    file: _file,
    signature: _signature,
    example: _example,
    experiment: _experiment,
    code: _code,
    data: _data,
    params: _params,
    environment: _environment,
    link: _link,
    card: _card,
    approvals: _approvals,
    converted: _converted,
    ...summary
  } = version;
  return summary;
}
