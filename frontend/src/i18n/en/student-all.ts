import common from './common.json';

// One chunk holds every English text of the student interface.
export default { ...common };
