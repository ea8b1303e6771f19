-- Begins a rebuild and returns the name of its generation, which never comes twice, not even after everything was lost.
-- Rebuilds without a sign of life for two minutes belonged to a node that is gone.
local now = clock()
local state = redis.call('HMGET', B, 'live', 'shown')
local gens = {}
for _, gen in ipairs(words(state[1])) do
  if gen == state[2] or now - tonumber(redis.call('HGET', B, 'a:' .. gen) or 0) < 120000000 then
    gens[#gens + 1] = gen
  else
    drop_generation(gen)
  end
end
local gen = text(now) .. '-' .. redis.call('HINCRBY', B, 'serial', 1)
gens[#gens + 1] = gen
set_live(gens)
redis.call('HSET', B, 'a:' .. gen, text(now))
redis.call('PEXPIRE', B, TTL)
return gen
