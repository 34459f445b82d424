import { deliver } from "../api/deliver.js";
import { testWebhook } from "../core/registry/send-webhooks.js";
import type { Handlers } from "../protocol/channel.js";
import type { WebhookRequests } from "../protocol/registry.js";
import type { OpenFolder } from "./open-folder.js";

/** What an engine answers about addresses that are told of what happens to models. */
export function webhookAnswers(open: OpenFolder): Handlers<WebhookRequests> {
  return {
    "webhooks/list": () => open.bench.registry.webhooks.list(),
    "webhooks/add": ({ url, events, secret }) => ({
      id: open.made().registry.webhooks.add(url, events, secret),
    }),
    "webhooks/remove": ({ id }) => {
      open.bench.registry.webhooks.remove(id);
      return null;
    },
    "webhooks/test": ({ id }, signal) => testWebhook(open.bench.registry, id, deliver, signal),
  };
}
