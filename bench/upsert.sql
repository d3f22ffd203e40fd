\set id random(1, 100000000)
insert into message (id, chat, body, revision) values (:id, :id % 500, 'As many bytes as a message of people to each other has, more or less.', 1) on conflict (id) do update set revision = message.revision + 1;
