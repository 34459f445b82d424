import * as path from "node:path";
import ts from "typescript";

/** Attributes whose text no person reads; of all others and of what stands between tags, the text is for a person. */
const silent = new Set(
  "aria-autocomplete aria-controls aria-haspopup aria-hidden aria-labelledby aria-live aria-orientation aria-sort autocomplete axis class dir fill focusable href icon id key look name orient preserveAspectRatio role scope slot tone type where".split(
    " ",
  ),
);

const isWord = (text: string): boolean => /\p{L}{2}/u.test(text);

/** The texts that an expression may come out as, as far as they stand in it. */
function textsOf(node: ts.Expression | undefined): readonly ts.Node[] {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return isWord(node.text) ? [node] : [];
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head, ...node.templateSpans.map(({ literal }) => literal)];
    return [
      ...parts.filter(({ text }) => isWord(text)),
      ...node.templateSpans.flatMap(({ expression }) => textsOf(expression)),
    ];
  }
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    const isComparison = /^[!=]==?$|^[<>]=?$/.test(node.operatorToken.getText());
    return isComparison ? [] : [...textsOf(node.left), ...textsOf(node.right)];
  }
  return [];
}

function inJsx(node: ts.Node): readonly ts.Node[] {
  if (ts.isJsxText(node)) return isWord(node.text) ? [node] : [];
  if (ts.isJsxAttribute(node)) {
    const { initializer } = node;
    if (silent.has(node.name.getText()) || !initializer) return [];
    if (ts.isStringLiteral(initializer)) return textsOf(initializer);
    return ts.isJsxExpression(initializer) ? textsOf(initializer.expression) : [];
  }
  const isChild = ts.isJsxExpression(node) && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent));
  return isChild ? textsOf(node.expression) : [];
}

const isImport = (node: ts.Node): boolean => ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node);
const isTold = (node: ts.Node): boolean =>
  ts.isCallExpression(node) && /(?:^|\.)l10n\.\w+$/.test(node.expression.getText());

/**
 * Texts of a page's source that do not go through `l10n`, as `FILE:LINE: TEXT`: what JSX shows or speaks, and every
 * text of a file of words.
 */
export function bareWords(file: string, source: string): readonly string[] {
  const tree = ts.createSourceFile(
    file,
    source,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const ofWords = /(?:^|-)words\.tsx?$/.test(path.basename(file));
  const found = new Set<ts.Node>();
  const look = (node: ts.Node): void => {
    if (isImport(node) || isTold(node)) return;
    for (const one of inJsx(node)) found.add(one);
    if (ofWords && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)))
      for (const one of textsOf(node)) found.add(one);
    node.forEachChild(look);
  };
  look(tree);
  return [...found].map((node) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    return `${file}:${line + 1}: ${node.getText().trim()}`;
  });
}
