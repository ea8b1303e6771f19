-- ARGV: group, person, places before, places after. Returns status, index and rank of the first, members.
local g, person = ARGV[1], ARGV[2]
local gen = redis.call('HGET', B, 'shown')
if not gen then return { 'INCOMPLETE' } end
local z = zset(gen, g)
if not size_of(gen, g) then return { 'INCOMPLETE' } end
local record = redis.call('HGET', B .. ':p:' .. gen, person)
if not record then return { 'ABSENT' } end
local _, groups, member = unpack_record(record)
local at = nil
for _, name in ipairs(groups) do
  if name == g then at = redis.call('ZRANK', z, member) end
end
if not at then return { 'ABSENT' } end
local first = math.max(0, at - tonumber(ARGV[3]))
local members = redis.call('ZRANGE', z, first, at + tonumber(ARGV[4]))
return { 'OK', first, rank(z, members[1]), members }
