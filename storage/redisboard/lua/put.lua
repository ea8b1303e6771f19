-- ARGV: generation that is being rebuilt, or '' for all live ones; then for each entry: person, version, member, length
-- of the rank key, groups.
local state = redis.call('HMGET', B, 'live', 'w', 'removed')
local gens = words(state[1])
if ARGV[1] ~= '' then
  local live = false
  for _, g in ipairs(gens) do live = live or g == ARGV[1] end
  if not live then return 'LOST' end
  gens = { ARGV[1] }
  redis.call('HSET', B, 'a:' .. ARGV[1], text(clock()))
end
if #gens == 0 then return 'OK' end

local width = state[2]
for i = 2, #ARGV, 5 do
  width = width or ARGV[i + 3]
  if width ~= ARGV[i + 3] then return 'WIDTH' end
end
if not state[2] then redis.call('HSET', B, 'w', width) end

for i = 2, #ARGV, 5 do
  local person, version = ARGV[i], ARGV[i + 1]
  local at = state[3] and redis.call('HGET', B .. ':t', person)
  if not at or version > at then
    for _, gen in ipairs(gens) do put_on(gen, person, version, ARGV[i + 2], ARGV[i + 4]) end
  end
end
mark_touched()
return 'OK'
