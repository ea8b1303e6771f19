-- ARGV: person, version. The removal is remembered beside the generations, so that it outlives a rebuild.
local person, version = ARGV[1], ARGV[2]
local t = B .. ':t'
local at = redis.call('HGET', t, person)
if at and version <= at then return 'OK' end
redis.call('HSET', t, person, version)
if not at and redis.call('HINCRBY', B, 'removed', 1) == 1 then
  redis.call('PEXPIRE', t, TTL)
  redis.call('PEXPIRE', B, TTL)
end
for _, gen in ipairs(words(redis.call('HGET', B, 'live'))) do take_off(gen, person, version) end
mark_touched()
return 'OK'
