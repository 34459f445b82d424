import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { v2, type Answer, type Call, type CallEndpoint, type Method } from "./call.js";
import { unknownRoute } from "./failures.js";

/**
 * The routes below a path, whose work is loaded by the first request for one of them: most trainings never ask, and
 * their supervisor stays as small as it is. The routes have no parts that vary.
 */
export function lazyRoutes(path: string, load: () => Promise<readonly CallEndpoint[]>): CallEndpoint[] {
  let loading: Promise<readonly CallEndpoint[]> | undefined;
  const answer = async (method: Method, call: Call): Promise<Answer> => {
    loading ??= load();
    const routes = await loading;
    const wanted = `${path}/${String(call.fields["*"])}`;
    const ways = routes.filter((route) => route.path === wanted);
    const way = ways.find((route) => route.method === method);
    const { url } = call.received;
    if (way) return way.answer(call);
    if (ways.length === 0) throw unknownRoute(method, url);
    const allowed = ways.map((route) => route.method).join(", ");
    throw new Failure(
      "method.wrong",
      said`Method not allowed: ${url.slice(0, 200)} takes ${allowed}, not ${method}.`,
    );
  };
  const methods: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  return methods.map((method) => ({
    method,
    path: `${path}/*`,
    bases: v2,
    answer: (call) => answer(method, call),
  }));
}
