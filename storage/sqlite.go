package storage

import (
	"database/sql"
	"errors"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	sqlitedriver "modernc.org/sqlite"
)

// dialector is GORM's SQLite dialect over the pure-Go driver. The stock one
// knows only the C driver's errors and would leave these untranslated.
type dialector struct{ sqlite.Dialector }

func sqliteDialector(handle *sql.DB) gorm.Dialector {
	return dialector{sqlite.Dialector{DriverName: "sqlite", Conn: handle}}
}

// SQLite's extended result codes.
const (
	constraintPrimaryKey = 1555
	constraintUnique     = 2067
	constraintForeignKey = 787
	constraintForeignOld = 275
)

// Translate turns the driver's constraint errors into GORM's.
func (d dialector) Translate(err error) error {
	var e *sqlitedriver.Error
	if errors.As(err, &e) {
		switch e.Code() {
		case constraintPrimaryKey, constraintUnique:
			return gorm.ErrDuplicatedKey
		case constraintForeignKey, constraintForeignOld:
			return gorm.ErrForeignKeyViolated
		}
	}
	return err
}
