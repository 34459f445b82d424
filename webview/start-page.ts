import { render, type VNode } from "preact";
import type { Subject } from "../src/protocol/pages.js";
import { connectPage, type Page } from "./bridge.js";

type SubjectOf<P extends Subject["page"]> = Extract<Subject, { readonly page: P }>;

/** Ties the page to the editor and draws it, now and whenever it is to show another subject. */
export function startPage<P extends Subject["page"]>(
  name: P,
  view: (page: Page, subject: SubjectOf<P>, folder: string) => VNode,
): void {
  const page = connectPage();
  const root = document.getElementById("page");
  if (!root) return;
  void page.ready().then(({ subject, folder }) => {
    const show = (shown: Subject): void => {
      if (isOf(shown, name)) render(view(page, shown, folder), root);
    };
    page.on("subject/changed", show);
    show(subject);
  });
}

const isOf = <P extends Subject["page"]>(subject: Subject, name: P): subject is SubjectOf<P> =>
  subject.page === name;
