/** The error of a session that is asked for what no installed package provides: it names the package and the line to write. */
export function missingPackage(option: string, packageName: string, line: string): TypeError {
  return new TypeError(`${option} needs a package: npm install ${packageName}, then write: ${line}`);
}
