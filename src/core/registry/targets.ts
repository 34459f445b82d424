import { said } from "../base/said.js";
import { attribute, keyedSource, numberRules, textRules, type Rules, type Target } from "../query/target.js";

/** What can be asked of registered models and of their versions: the tables of `tables.ts` in the grammar's terms. */

const lists = ["in", "not in"] as const;
const loamText = textRules(false);
const loamNumber = numberRules("number", false);
const loamTime = numberRules("time", false);
/** What MLflow filters by but does not order by, and the other way round. */
const unordered = (rules: Rules): Rules => ({ ...rules, order: ["loam"] });
const onlyOrdered = (rules: Rules): Rules => ({ ...rules, order: ["loam", "mlflow"] });

/** MLflow 3 keeps prompts as models with this tag, and its clients ask for `!= 'true'` where they mean models. */
export const promptTag = "mlflow.prompt.is_prompt";
const tags = (table: string): Target["prefixes"][number] => ({
  name: "tags",
  aliases: ["tag"],
  bare: false,
  source: keyedSource(table, unordered(textRules()), { [promptTag]: "false" }),
});

export const registeredModelTarget: Target = {
  name: said`models`,
  table: "registered_models",
  id: "rid",
  prefixes: [
    {
      name: "attributes",
      aliases: ["attribute", "attr", "model"],
      bare: true,
      source: {
        kind: "attributes",
        attributes: {
          id: attribute("registered_models.model_id", loamText, { unique: true }),
          name: attribute("registered_models.name", textRules(lists)),
          description: attribute("registered_models.description", loamText),
          created: attribute("registered_models.created", loamTime, { aliases: ["creation_timestamp"] }),
          last_updated_timestamp: attribute("registered_models.updated", onlyOrdered(loamTime), {
            aliases: ["updated", "timestamp"],
          }),
          versions: attribute("registered_models.versions", loamNumber),
          alias: attribute("alias", loamText, { rows: "registered_aliases", aliases: ["aliases"] }),
        },
      },
    },
    tags("registered_tags"),
  ],
  ties: [
    { attribute: "name", direction: "asc" },
    { attribute: "id", direction: "asc" },
  ],
};

export const modelVersionTarget: Target = {
  name: said`model versions`,
  table: "model_versions",
  id: "rid",
  prefixes: [
    {
      name: "attributes",
      aliases: ["attribute", "attr", "version"],
      bare: true,
      source: {
        kind: "attributes",
        attributes: {
          id: attribute("model_versions.version_id", loamText, { unique: true }),
          name: attribute("model_versions.name", textRules(lists), { aliases: ["model"] }),
          version_number: attribute("model_versions.number", numberRules("number"), {
            aliases: ["number", "version"],
          }),
          run_id: attribute("model_versions.run_id", unordered(textRules(lists)), { aliases: ["run"] }),
          source_path: attribute("model_versions.source", unordered(textRules()), { aliases: ["source"] }),
          run_name: attribute("model_versions.run_name", loamText),
          creation_timestamp: attribute("model_versions.created", onlyOrdered(loamTime), {
            aliases: ["created"],
          }),
          last_updated_timestamp: attribute("model_versions.updated", onlyOrdered(loamTime), {
            aliases: ["updated"],
          }),
          stage: attribute("model_versions.stage", loamText),
          approval: attribute("model_versions.approval", loamText),
          flavor: attribute("model_versions.flavor", loamText),
          author: attribute("model_versions.author", loamText),
          description: attribute("model_versions.description", loamText),
          size: attribute("model_versions.size", loamNumber),
          alias: attribute("alias", loamText, { rows: "version_aliases", aliases: ["aliases"] }),
        },
      },
    },
    tags("version_tags"),
    {
      name: "metrics",
      aliases: ["metric"],
      bare: false,
      source: keyedSource("version_metrics", numberRules("number", false)),
    },
    {
      name: "params",
      aliases: ["param", "parameter", "parameters"],
      bare: false,
      source: keyedSource("version_params", loamText),
    },
  ],
  ties: [
    { attribute: "last_updated_timestamp", direction: "desc" },
    { attribute: "name", direction: "asc" },
    { attribute: "version_number", direction: "desc" },
    { attribute: "id", direction: "asc" },
  ],
};
