import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

type Variables = Readonly<Record<string, string>>;

/** How MLflow's clients would go to another server with other credentials than these. */
const ofOthers = ["MLFLOW_TRACKING_AUTH", "MLFLOW_TRACKING_AWS_SIGV4"];
const proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/** A command's environment without what would lead its MLflow clients away from the endpoint that it is given. */
export function withoutOtherTracking(
  environment: Variables,
  experiment: string | undefined,
): Record<string, string> {
  const kept = { ...environment };
  for (const name of ofOthers) delete kept[name];
  if (experiment !== undefined) delete kept["MLFLOW_EXPERIMENT_ID"];
  return kept;
}

/** Where MLflow's clients find credentials if the environment has none. */
const credentialsFile = path.join(os.homedir(), ".mlflow", "credentials");

/**
 * What a command's environment needs, besides what is `given` there, so that MLflow's clients in it log to the
 * endpoint of its run: also past a proxy, and where the person has a name and password for a server of their own,
 * which clients prefer to a token. `experiment`: by name, for runs that name none.
 */
export function trackingVariables(
  given: Variables,
  to: {
    readonly url: string;
    readonly token: string;
    readonly user: string;
    readonly experiment: string | undefined;
  },
): Record<string, string> {
  const direct = given["no_proxy"] ?? given["NO_PROXY"] ?? "";
  const past = direct === "" ? "127.0.0.1" : `${direct},127.0.0.1`;
  const name = given["MLFLOW_TRACKING_USERNAME"];
  const hasCredentials = name !== undefined || fs.existsSync(credentialsFile);
  return {
    MLFLOW_TRACKING_URI: to.url,
    MLFLOW_TRACKING_TOKEN: to.token,
    ...(hasCredentials
      ? { MLFLOW_TRACKING_USERNAME: name ?? to.user, MLFLOW_TRACKING_PASSWORD: to.token }
      : {}),
    ...(to.experiment === undefined ? {} : { MLFLOW_EXPERIMENT_NAME: to.experiment }),
    ...(proxies.some((one) => given[one] !== undefined) ? { no_proxy: past, NO_PROXY: past } : {}),
  };
}
