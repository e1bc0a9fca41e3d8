import { type Application, Converter, type DeclarationReflection, ReflectionKind } from 'typedoc';

/** Names modules as they are imported: TypeDoc knows them by the folder of their sources. */
export function load(app: Application): void {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection: DeclarationReflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const name = reflection.name.replace(/\/src(?:\/index)?$/, '').replace('/src/', '/');
    reflection.name = name.startsWith('requests-ts') ? name : `@requests-ts/${name}`;
  });
}
