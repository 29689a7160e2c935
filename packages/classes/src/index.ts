export { type ListedClass, parseClassList } from './class-list.js';
export { type ClassMixture, mixtureRow, parseMixture } from './class-mixture.js';
export { classNamesDiffer, listedClasses, needsClasses, unmatchedClasses } from './errors.js';
export { listedNames } from './listed-names.js';
export { formatClassList } from './format-class-list.js';
export { type ClassList, type ClassMatch, isSameClasses, matchClasses } from './match-classes.js';
export { labelsBy, relabelled } from './relabel.js';
export { chosenClasses, resolveClass } from './resolve-classes.js';
