-- What was told of chats under hidden ids. Until an alias says which chat that is, its messages may stand elsewhere (docs/ledger.md
-- §2): when one does, they are looked for. No other notification has an entry here.
create index event_of_hidden_chat on event (account_id, chat, target) where chat like '%@lid';
