import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Webhook } from "../../protocol/registry.js";
import type { Engine, Engines } from "../engines.js";
import { figures, l10n } from "../l10n.js";
import { attempt, attemptWithProgress } from "../output.js";

/** What a webhook can be told of, as the facts are called. */
const events = [
  "version.registered",
  "alias.moved",
  "approval.asked",
  "approval.given",
  "registry.created",
  "version.deleted",
  "registry.deleted",
] as const;

function eventText(event: (typeof events)[number]): string {
  const texts: Readonly<Record<(typeof events)[number], string>> = {
    "version.registered": vscode.l10n.t("A version is registered"),
    "alias.moved": vscode.l10n.t("An alias moves"),
    "approval.asked": vscode.l10n.t("Approval is requested"),
    "approval.given": vscode.l10n.t("A version is approved or rejected"),
    "registry.created": vscode.l10n.t("A model is made"),
    "version.deleted": vscode.l10n.t("A version is deleted"),
    "registry.deleted": vscode.l10n.t("A model is deleted"),
  };
  return texts[event];
}

/** Whether a text is an address that can be told of something. */
function wrongIn(text: string): string | undefined {
  const url = URL.parse(text.trim());
  return url && (url.protocol === "https:" || url.protocol === "http:")
    ? undefined
    : vscode.l10n.t("Type an address that begins with https:// or http://.");
}

/** Arms a webhook on this machine: address, events, secret. */
export const addWebhook = (engines: Engines): Promise<void> =>
  attempt(async () => {
    const engine = await engines.pick(vscode.l10n.t("Folder of the webhook"));
    if (!engine) return;
    const url = await vscode.window.showInputBox({
      title: vscode.l10n.t("Address that is told of models"),
      placeHolder: "https://example.org/hooks/loam",
      ignoreFocusOut: true, // an address and a secret are copied from elsewhere
      validateInput: wrongIn,
    });
    if (url === undefined) return;
    const picked = await vscode.window.showQuickPick(
      events.map((event) => ({ label: eventText(event), description: event, event })),
      {
        title: vscode.l10n.t("What it is told of"),
        placeHolder: vscode.l10n.t("None: of everything"),
        canPickMany: true,
        ignoreFocusOut: true,
      },
    );
    if (!picked) return;
    const secret = await vscode.window.showInputBox({
      title: vscode.l10n.t("Secret that signs what is sent"),
      prompt: vscode.l10n.t("The receiver checks the signature with it. Keep this one, or type your own."),
      value: randomBytes(24).toString("base64url"),
      ignoreFocusOut: true,
      validateInput: (text) => (text === "" ? vscode.l10n.t("A webhook needs a secret.") : undefined),
    });
    if (secret === undefined) return;
    await engine.request("webhooks/add", {
      url: url.trim(),
      events: picked.length === events.length ? [] : picked.map(({ event }) => event),
      secret,
    });
    const copy = vscode.l10n.t("Copy secret");
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is told of models from now on.", url.trim()),
      copy,
    );
    if (choice === copy) await vscode.env.clipboard.writeText(secret);
  });

/** Lists the webhooks of a folder: one that is picked can be tested or removed. */
export const manageWebhooks = (engines: Engines): Promise<void> =>
  attempt(async () => {
    const engine = await engines.pick(vscode.l10n.t("Folder of the webhook"));
    if (!engine) return;
    const hooks = await engine.request("webhooks/list", null);
    const add = vscode.l10n.t("Add a webhook…");
    const items = [
      ...hooks.map((hook) => ({ label: hook.url, description: deliveryText(hook), hook })),
      { label: add, description: "", hook: undefined },
    ];
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Webhooks") });
    if (!picked) return;
    if (picked.hook) await manage(engine, picked.hook);
    else await addWebhook(engines);
  });

/** How the last delivery went. */
function deliveryText({ active, waiting, lastDelivery }: Webhook): string {
  if (!active) return vscode.l10n.t("off");
  if (!lastDelivery) return vscode.l10n.t("nothing sent yet");
  const outcomes = {
    delivered: vscode.l10n.t("delivered"),
    waiting: vscode.l10n.t("waiting to be sent again"),
    failed: vscode.l10n.t("failed"),
  };
  const when = figures.when(lastDelivery.at, Date.now());
  const { told, said } = lastDelivery;
  const toCome = waiting > 0 ? vscode.l10n.t("{0} still to be sent", waiting) : "";
  return [outcomes[lastDelivery.outcome], when, said ? l10n.told(said) : told, toCome]
    .filter((part) => part !== "")
    .join(" · ");
}

async function manage(engine: Engine, hook: Webhook): Promise<void> {
  const test = vscode.l10n.t("Send a test");
  const remove = vscode.l10n.t("Remove");
  const choice = await vscode.window.showQuickPick([test, remove], { title: hook.url });
  if (choice === test)
    await attemptWithProgress(vscode.l10n.t("Sending a test to {0}", hook.url), async (signal) => {
      const { delivered, said } = await engine.request("webhooks/test", { id: hook.id }, signal);
      const told = l10n.told(said);
      if (delivered)
        void vscode.window.showInformationMessage(vscode.l10n.t("{0} took the test ({1}).", hook.url, told));
      else
        void vscode.window.showWarningMessage(
          vscode.l10n.t("{0} did not take the test: {1}", hook.url, told),
        );
    });
  else if (choice === remove) {
    await engine.request("webhooks/remove", { id: hook.id });
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} is told of nothing any more.", hook.url));
  }
}
