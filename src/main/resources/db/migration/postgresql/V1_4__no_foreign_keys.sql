-- Every row that these named was written in the same transaction or by an earlier one, and what retention deletes it deletes
-- whole: the checks cost a query for each row and column, seven for a notification, and could never fail. SQLite has none.
alter table event drop constraint event_account_id_fkey;
alter table notification drop constraint notification_event_id_fkey;
alter table message drop constraint message_account_id_fkey;
alter table change drop constraint change_event_id_fkey, drop constraint change_account_id_fkey;
alter table delivery drop constraint delivery_change_id_fkey, drop constraint delivery_account_id_fkey;
