-- Times are microseconds since 1970, null for none. Names of streams are bytes.

-- Which incarnation of the data this is.
create table epoch(name text not null) strict;

-- A row for each stream: its head, its deadline, and from "started" on its
-- index, which is null before the first one.
create table streams(
	id integer primary key,
	name blob not null unique,
	head integer not null,
	wake integer,
	started integer,
	ended integer,
	phase text,
	contact text,
	owner text,
	last_owner text,
	queue text,
	channel text,
	disposition text,
	priority integer,
	seeking integer, -- 1 or 0
	lists text       -- JSON
) strict;

create index streams_wake on streams(wake) where wake is not null;

-- The ways to find a stream. Each gives the order of answers by itself.
create index streams_started on streams(started desc, name) where started is not null;
create index streams_phase on streams(phase, started desc, name) where started is not null;
create index streams_seeking on streams(started desc, name) where seeking = 1;
create index streams_owner on streams(owner, started desc, name) where owner <> '';
create index streams_last_owner on streams(last_owner, started desc, name) where last_owner <> '';
create index streams_queue on streams(queue, started desc, name) where queue <> '';
create index streams_channel on streams(channel, started desc, name) where channel <> '';
create index streams_disposition on streams(disposition, started desc, name) where disposition <> '';

-- Those whom the index names, by what they are to the stream: its present or a
-- former "contact", "engaged", or "working".
create table members(
	kind text not null,
	who text not null,
	started integer not null,
	name blob not null,
	stream integer not null,
	primary key(kind, who, started desc, name)
) strict, without rowid;

create index members_stream on members(stream);

-- All commits in one order, which is that in which they were written: there is
-- one writer at a time, and no row is ever deleted. Without positions and without
-- a key a commit has no row.
create table commits(
	seq integer primary key,
	stream integer not null,
	head integer not null, -- after it
	count integer not null,
	key blob,
	at integer not null,
	wake integer,
	data blob not null
) strict;

create unique index commits_head on commits(stream, head) where count > 0;
create unique index commits_key on commits(stream, key) where key is not null;

-- Short lists of texts, each text once, the latest last: what agents pushed and
-- marked, and which files they are about to send.
create table lists(
	id integer primary key,
	kind text not null,
	owner text not null,
	item text not null,
	unique(kind, owner, item)
) strict;
