SELECT schema_name, table_name, column_name, data_type
FROM duckdb_columns()
WHERE NOT internal
  AND database_name = current_database()
  AND schema_name = 'ios'
ORDER BY schema_name, table_name, column_index
