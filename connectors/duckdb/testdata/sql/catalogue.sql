SELECT schema_name, CASE WHEN table_name = upper(table_name) THEN lower(table_name) ELSE table_name END AS table_name, CASE WHEN column_name = upper(column_name) THEN lower(column_name) ELSE column_name END AS column_name, data_type
FROM duckdb_columns()
WHERE NOT internal
  AND database_name = current_database()
  AND schema_name = 'ios'
ORDER BY schema_name, table_name, column_index
