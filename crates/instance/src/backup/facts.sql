select current_setting('server_version_num')::bigint,
       current_setting('data_directory'),
       current_setting('config_file'),
       current_setting('hba_file'),
       current_setting('ident_file'),
       pg_size_bytes(current_setting('wal_segment_size')),
       (select system_identifier::text from pg_control_system()),
       array(select distinct sourcefile from pg_settings
             where sourcefile is not null and sourcefile <> current_setting('config_file')
             order by 1)
