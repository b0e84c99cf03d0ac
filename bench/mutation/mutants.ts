/**
 * Small faults that a hand might leave in a file: a comparison one off, a condition turned, a call
 * forgotten. Each is an edit of the text, found by the syntax alone, so that the same text always
 * has the same faults. A fault is named after the function it sits in and not after its line: a
 * draw by name stays what it was when something else in the file moves.
 */
import ts from 'typescript';

export interface Fault {
  /** `path#function/what#count`. */
  id: string;
  file: string;
  line: number;
  /** As it stands, and as it is made. */
  before: string;
  after: string;
  from: number;
  to: number;
}

/** What one operator becomes; what has no row is left alone. */
const SWAPS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.PercentToken, '*'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
]);

const CALLS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);

type Edit = Pick<Fault, 'from' | 'to' | 'after'> & { what: string };

export function faultsIn(file: string, text: string): Fault[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const counts = new Map<string, number>();
  const faults: Fault[] = [];
  const visit = (node: ts.Node, within: string): void => {
    if (isAside(node)) return;
    const name = nameOf(node) ?? within;
    for (const { what, from, to, after } of editsOf(node, source)) {
      const key = `${file}#${name}/${what}`;
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      const line = source.getLineAndCharacterOfPosition(from).line + 1;
      const before = text.slice(from, to);
      faults.push({ id: `${key}#${count}`, file, line, before, after, from, to });
    }
    ts.forEachChild(node, (child) => visit(child, name));
  };
  visit(source, 'top');
  return faults;
}

export const withFault = (text: string, { from, to, after }: Fault): string =>
  text.slice(0, from) + after + text.slice(to);

/** Types and imports do nothing; what a failed assertion says is nobody's behaviour. */
function isAside(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return true;
  }
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isTemplateExpression(node)) return true;
  const call = ts.isExpressionStatement(node) ? node.expression : node;
  return ts.isCallExpression(call) && call.expression.getText() === 'assert';
}

function nameOf(node: ts.Node): string | null {
  const named =
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isGetAccessorDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isVariableDeclaration(node);
  return named && node.name !== undefined ? node.name.getText() : null;
}

function editsOf(node: ts.Node, source: ts.SourceFile): Edit[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node, source);
  if (ts.isPrefixUnaryExpression(node)) return ofPrefix(node, source);
  if (ts.isPostfixUnaryExpression(node)) {
    const { operator, operand } = node;
    const after = operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++';
    return [{ what: 'step', from: operand.getEnd(), to: node.getEnd(), after }];
  }
  if (ts.isIfStatement(node)) return always(node.expression, source);
  if (ts.isConditionalExpression(node)) return always(node.condition, source);
  if (ts.isExpressionStatement(node)) return ofStatement(node, source);
  if (ts.isNumericLiteral(node)) return ofNumber(node, source);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [over(node, source, 'truth', 'false')];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [over(node, source, 'truth', 'true')];
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name } = node.expression;
    const other = CALLS.get(name.text);
    return other === undefined ? [] : [over(name, source, 'call', other)];
  }
  return [];
}

function over(node: ts.Node, source: ts.SourceFile, what: string, after: string): Edit {
  return { what, from: node.getStart(source), to: node.getEnd(), after };
}

function ofBinary(node: ts.BinaryExpression, source: ts.SourceFile): Edit[] {
  const { operatorToken, left, right } = node;
  const after = SWAPS.get(operatorToken.kind);
  if (after === undefined) return [];
  const isText = [left, right].some(
    (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
  );
  if (isText && operatorToken.kind === ts.SyntaxKind.PlusToken) return [];
  return [over(operatorToken, source, 'operator', after)];
}

function ofPrefix(node: ts.PrefixUnaryExpression, source: ts.SourceFile): Edit[] {
  const from = node.getStart(source);
  const to = node.operand.getStart(source);
  switch (node.operator) {
    case ts.SyntaxKind.ExclamationToken:
      return [{ what: 'not', from, to, after: '' }];
    case ts.SyntaxKind.PlusPlusToken:
      return [{ what: 'step', from, to, after: '--' }];
    case ts.SyntaxKind.MinusMinusToken:
      return [{ what: 'step', from, to, after: '++' }];
    default:
      return [];
  }
}

/** A condition that is always met, and one that never is. */
const always = (condition: ts.Expression, source: ts.SourceFile): Edit[] => [
  over(condition, source, 'always', 'true'),
  over(condition, source, 'never', 'false'),
];

/** A call or an assignment that somebody forgot. */
function ofStatement(node: ts.ExpressionStatement, source: ts.SourceFile): Edit[] {
  const { expression } = node;
  const inner = ts.isAwaitExpression(expression) ? expression.expression : expression;
  const isCall = ts.isCallExpression(inner) && inner.expression.kind !== ts.SyntaxKind.SuperKeyword;
  const isAssignment =
    ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  const isForgettable = isCall || (isAssignment && !isInConstructor(node));
  return isForgettable ? [over(node, source, 'forgotten', ';')] : [];
}

function isInConstructor(node: ts.Node): boolean {
  const parent = node.parent?.parent;
  return parent !== undefined && ts.isConstructorDeclaration(parent);
}

/** One more; what stands in for something missing is no behaviour. */
function ofNumber(node: ts.NumericLiteral, source: ts.SourceFile): Edit[] {
  const { parent } = node;
  // `-1` is a sign before a number.
  const outer = ts.isPrefixUnaryExpression(parent) ? parent.parent : parent;
  const isStandIn =
    ts.isBinaryExpression(outer) &&
    outer.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  if (isStandIn || ts.isEnumMember(parent)) return [];
  return [over(node, source, 'number', `(${node.getText(source)} + 1)`)];
}
