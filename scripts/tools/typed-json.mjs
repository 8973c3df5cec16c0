// Whether a value is what a type of a TypeScript library says: names, types, what must be there. The compiler judges it as written out in a
// program, where it takes no field that the type does not have.
import { join } from 'node:path';
import ts from 'typescript';

const FILE = join(import.meta.dirname, 'value.mts'); // It is never written.
const OPTIONS = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 };

/** What is wrong with a value as such a type, with the line of the value where it is. */
export function problemsAs(library, type, value) {
  const text = `import type { ${type} as Wanted } from '${library}';\nexport const value: Wanted = ${JSON.stringify(value, null, 2)};`;
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile } = host;
  host.getSourceFile = (file, ...more) => (file === FILE ? ts.createSourceFile(FILE, text, OPTIONS.target) : getSourceFile(file, ...more));
  return ts.getPreEmitDiagnostics(ts.createProgram([FILE], OPTIONS, host)).map(({ file, start, messageText }) => {
    const line = file ? text.split('\n')[file.getLineAndCharacterOfPosition(start).line].trim() : '';
    return `${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
