import common from './common.json';
import staff from './staff.json';

// One chunk holds every English text of the staff interface.
export default { ...common, ...staff };
