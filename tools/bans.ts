/**
 * Bans ambient globals by name, each with its replacement. Imports are the business of the walls;
 * this is about what needs no import: the clock, chance, the process, the console. The TypeScript
 * checker says whether a name really means the global, so a parameter called `process` is free and
 * `const { now } = Date` is not. It runs over a tree of planted violations first, which must be
 * found exactly.
 *
 *   node tools/bans.ts
 */
import { join } from 'node:path';
import ts from 'typescript';
import { compareWithPlants, type Sighting } from './canaries.ts';
import { CANARY, MACHINE_FILES, PURE_ROOMS, productionFiles, ROOT } from './house.ts';
import { finish } from './verdict.ts';

interface Ban {
  /** The global's name, or `Object.member`. */
  names: readonly string[];
  instead: string;
  /** Files to which the ban applies. */
  where: RegExp;
  /** Files that are the reason why others do not need it. */
  except?: RegExp;
}

interface Breach extends Sighting {
  line: number;
  instead: string;
}

const PURE = new RegExp(`^(?:${PURE_ROOMS.join('|')})/`);
const EVERYWHERE = /^/;
const MACHINE = new RegExp(`^(?:${MACHINE_FILES.join('|')}|harness/record/run-clock[.]ts)$`);
const LOADERS =
  /^(?:harness\/(?:catalog\/catalog|cli\/load)|twins\/platform\/serving\/plugins)[.]ts$/;

const BANS: readonly Ban[] = [
  {
    names: ['Date', 'performance', 'setTimeout', 'setInterval'],
    instead: 'the Clock that is handed in',
    where: EVERYWHERE,
    except: MACHINE,
  },
  { names: ['setImmediate'], instead: 'the Clock that is handed in', where: PURE },
  {
    names: ['Math.random', 'crypto'],
    instead: 'a named random stream of the kernel; digests are handed in',
    where: EVERYWHERE,
    except: /^harness\/gears\/sim\/sim-clock[.]ts$/,
  },
  {
    names: ['process'],
    instead: 'the Host, or an argument (process.nextTick alone is free outside the pure rooms)',
    where: EVERYWHERE,
    except: MACHINE,
  },
  { names: ['console'], instead: 'the Host', where: EVERYWHERE },
  {
    names: ['globalThis', 'global', 'require', 'eval', 'Function', 'fetch'],
    instead: 'an import or a port: a back door hides what is entered',
    where: PURE,
  },
  {
    names: ['import(…)'],
    instead: 'the catalog: no wall sees where a computed import leads',
    where: EVERYWHERE,
    except: LOADERS,
  },
  {
    names: ['**', 'Math.pow'],
    instead: 'multiplication or Math.exp: the last bit of a power differs between versions of Node',
    where: /^devices\//,
  },
];

const blind = compareWithPlants(CANARY, 'bans', breaches(CANARY));
const house = breaches(ROOT).map(
  ({ file, line, name, instead }) => `${file}:${line} uses ${name}; use ${instead}`,
);
const seen = productionFiles(ROOT).length;
if (seen < 220) blind.push(`only ${seen} files were read`);
finish(
  'bans',
  [...blind, ...house],
  `${seen} files, ${BANS.flatMap((ban) => ban.names).length} names`,
);

function breaches(root: string): Breach[] {
  const files = productionFiles(root).filter((file) => file.endsWith('.ts'));
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(
    files.map((file) => join(root, file)),
    options,
  );
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(join(root, file));
    if (source === undefined) throw new Error(`${file} was not read`);
    const bans = BANS.filter(
      ({ where, except }) => where.test(file) && except?.test(file) !== true,
    );
    return breachesIn(source, file, bans, checker);
  });
}

function breachesIn(
  source: ts.SourceFile,
  file: string,
  bans: readonly Ban[],
  checker: ts.TypeChecker,
): Breach[] {
  const found: Breach[] = [];
  const visit = (node: ts.Node): void => {
    for (const name of namesAt(node, checker, PURE.test(file))) {
      const ban = bans.find(({ names }) => names.includes(name));
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      if (ban !== undefined) found.push({ file, line, name, instead: ban.instead });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The bannable names that this node stands for. */
function namesAt(node: ts.Node, checker: ts.TypeChecker, pure: boolean): string[] {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const power =
      kind === ts.SyntaxKind.AsteriskAsteriskToken ||
      kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
    return power ? ['**'] : [];
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [path] = node.arguments;
    return path !== undefined && ts.isStringLiteralLike(path) ? [] : ['import(…)'];
  }
  if (!ts.isIdentifier(node) || !isGlobal(node, checker)) return [];
  const member = memberOf(node);
  if (node.text === 'process' && member.includes('nextTick') && !pure) return [];
  return [node.text, ...member.map((name) => `${node.text}.${name}`)];
}

/** Whether an identifier means the global of that name, and not a local, a member or a key. */
function isGlobal(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isQualifiedName(parent) && parent.right === node) return false;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  const renames = ts.isBindingElement(parent) || ts.isImportSpecifier(parent);
  if (renames && parent.propertyName === node) return false;
  if (node.text === 'globalThis') return true;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(node);
  return symbol?.declarations?.some((one) => one.getSourceFile().isDeclarationFile) === true;
}

/**
 * `X.member`, `X['member']` and `const { member } = X`: the members of a global that are taken
 * here.
 */
function memberOf(node: ts.Identifier): string[] {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
    return [parent.name.text];
  if (ts.isElementAccessExpression(parent) && parent.expression === node) {
    return ts.isStringLiteralLike(parent.argumentExpression)
      ? [parent.argumentExpression.text]
      : [];
  }
  if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)) {
    return parent.name.elements.map((one) => (one.propertyName ?? one.name).getText());
  }
  return [];
}
