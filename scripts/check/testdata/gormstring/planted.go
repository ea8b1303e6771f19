// Package planted is read by the analyser's own test and never built.
package planted

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const byID = "id = ?"

type accountRow struct{ ID, Name string }

func queries(db *gorm.DB, input, column string, anything any, columns []string) {
	var row accountRow
	db.Where("id = ?", input).Take(&row)
	db.Where(byID+" AND name = ?", input, input).Take(&row)
	db.Where(&accountRow{ID: input}).Take(&row)
	db.Where(map[string]any{"id": input}).Take(&row)
	db.Where(clause.Eq{Column: "id", Value: input}).Take(&row)
	db.Select([]string{"id", "name"}).Take(&row)
	db.Select("id", "name").Take(&row)
	db.First(&row, "id = ?", input)
	db.Order(clause.OrderByColumn{Column: clause.Column{Name: column}}).Take(&row)
	db.Where(db.Where("a = ?", 1)).Take(&row)

	db.First(&row, input)                 // refused
	db.Where(input).Take(&row)            // refused
	db.Where("id = " + input).Take(&row)  // refused
	db.Where(anything).Take(&row)         // refused
	db.Order(column + " DESC").Take(&row) // refused
	db.Select("id", column).Take(&row)    // refused
	db.Select(columns).Take(&row)         // refused
	db.Raw(input).Scan(&row)              // refused
	db.Exec(input)                        // refused
	db.Table(column).Take(&row)           // refused
	db.Delete(&row, input)                // refused
}
