package dev.slipway.keras.data;

/** Rows of a table of which some are passed over. */
abstract class SomeRows implements Table.TableRows {
    private final Table.TableRows all;

    SomeRows(Table.TableRows all) {
        this.all = all;
    }

    /** Whether the row that was reached is one of them; asked once for each. */
    abstract boolean isWanted();

    @Override
    public boolean next() {
        while (all.next()) {
            if (isWanted()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String place() {
        return all.place();
    }

    @Override
    public Object cell(int column) {
        return all.cell(column);
    }

    @Override
    public void close() {
        all.close();
    }
}
