import common from './common.json';
import errors from './errors.json';
import later from './student-later.json';
import play from './student-play.json';
import student from './student.json';

// One chunk holds every English text of the student interface.
export default { ...common, ...errors, ...student, ...play, ...later };
