import bank from './staff-bank.json';
import banklife from './staff-banklife.json';
import common from './common.json';
import contest from './staff-contest.json';
import exporting from './staff-export.json';
import importing from './staff-import.json';
import office from './staff-office.json';
import people from './staff-people.json';
import question from './staff-question.json';
import results from './staff-results.json';
import staff from './staff.json';
import statistics from './staff-statistics.json';

// Every text of the staff interface in this language.
export default {
  ...common,
  ...staff,
  ...importing,
  ...exporting,
  ...bank,
  ...banklife,
  ...contest,
  ...people,
  ...office,
  ...question,
  ...results,
  ...statistics,
};
