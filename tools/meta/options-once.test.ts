import ts from 'typescript';
import { readText, trackedFiles } from './repository.js';

/**
 * A default of a component is stated once. Where its class can be made without the schema, which a bundle of the class alone
 * does without, both take it from one constant. Two literals are equal until somebody changes one of them.
 */
function statedTwice(file: string, content: string): readonly string[] {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const ofSchema = new Set<string>();
  const ofCode: { readonly name: string; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAssignment(node) &&
      /^(z\b(?!\s*\.strictObject)|scheduled\()/.test(node.initializer.getText(source))
    )
      if (/\.default\(/.test(node.initializer.getText(source))) ofSchema.add(node.name.getText(source));
    if ((ts.isParameter(node) || ts.isBindingElement(node)) && node.initializer && ts.isIdentifier(node.name))
      ofCode.push({ name: node.name.text, text: node.initializer.getText(source) });
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
      ts.isPropertyAccessExpression(node.left) &&
      /^(this\.)?options$/.test(node.left.expression.getText(source))
    )
      ofCode.push({ name: node.left.name.text, text: node.right.getText(source) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return ofCode
    .filter(({ name, text }) => ofSchema.has(name) && !/^\w*[dD]efaults\.\w+$/.test(text))
    .map(({ name, text }) => `${file}: ${name} = ${text}`);
}

const components = trackedFiles().filter(
  (file) =>
    /^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(file) &&
    !/\.test\.ts$/.test(file) &&
    /\bdefineComponent\(/.test(readText(file)),
);

test('no component states a default in its schema and in its code', () => {
  expect(components.length).toBeGreaterThan(60);
  expect(components.flatMap((file) => statedTwice(file, readText(file)))).toEqual([]);
});

test.each([
  ['a destructured option', 'constructor({ gamma = 10 }: O = {}) {}'],
  ['a parameter', 'constructor(readonly gamma = 10) {}'],
  ['an option that is absent', 'get it() { return this.options.gamma ?? 10; }'],
])('%s is found', (_, member) => {
  const content = `
    class R1 { ${member} }
    export const r1 = defineComponent({ options: z.strictObject({ gamma: z.number().default(10) }) });`;
  expect(statedTwice('r1.ts', content)).toEqual(['r1.ts: gamma = 10']);
  expect(statedTwice('r1.ts', content.replaceAll('10', 'defaults.gamma'))).toEqual([]);
});

test('a schema and a class that nobody makes without it may have the default alone', () => {
  const content = `
    class R1 { constructor(options: O = {}) {} }
    const options = z.strictObject({ gamma: z.number().default(10) });`;
  expect(statedTwice('r1.ts', content)).toEqual([]);
});
