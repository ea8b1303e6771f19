-- ARGV: group, wanted age, how long to keep (microseconds), size up to which a group is copied whole, members in a piece,
-- moment, size from which the age grows, factor by which it grows.
-- Returns status, version, as of, total. COPYING asks to be called again: a large group is copied in pieces, so that no
-- call holds up the others, and Puts in between see to it that the copy stays true to the moment at which it began.
local g, keep, piece = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[5])
local now = moment(ARGV[6])
local gen = redis.call('HGET', B, 'shown')
if not gen then return { 'INCOMPLETE' } end
local z, info, versions = zset(gen, g), B .. ':i:' .. g, B .. ':v'
local total = size_of(gen, g)
if not total then return { 'INCOMPLETE' } end
local changed = redis.call('HGET', B .. ':h:' .. gen, g) or ''

local function hand_out(version, as_of, size)
  local name = version .. ' ' .. g
  local expires = tonumber(redis.call('ZSCORE', versions, name) or 0)
  if expires < now + keep then
    redis.call('ZADD', versions, text(now + keep + 5000000), name)
    redis.call('PEXPIRE', versions, TTL)
    redis.call('PEXPIRE', B .. ':x:' .. version, text(math.floor(keep / 1000) + 600000))
  end
  return { 'OK', version, text(as_of), size }
end

local last = redis.call('HMGET', info, 'version', 'as_of', 'total', 'changed', 'gen', 'cost')
if last[1] and last[5] == gen and redis.call('ZSCORE', versions, last[1] .. ' ' .. g)
    and redis.call('ZCARD', B .. ':x:' .. last[1]) == tonumber(last[3]) then
  local size, as_of, age = tonumber(last[3]), tonumber(last[2]), tonumber(ARGV[2])
  if size >= tonumber(ARGV[7]) then
    age = math.max(age, tonumber(ARGV[8]) * math.max(tonumber(last[6]), size / 2))
  end
  if now >= as_of and now - as_of < age then return hand_out(last[1], as_of, size) end
  if last[4] == changed then
    redis.call('HSET', info, 'as_of', text(now))
    return hand_out(last[1], now, size)
  end
end

for _, name in ipairs(redis.call('ZRANGEBYSCORE', versions, '-inf', text(now), 'LIMIT', 0, 16)) do
  redis.call('UNLINK', B .. ':x:' .. string.match(name, '^(%S+)'))
  redis.call('ZREM', versions, name)
end

local began = clock()
local copy = copies_running()[g]
if copy and (copy.gen ~= gen or began - copy.start > 30000000) then
  cancel_copy(g, copy)
  copy = nil
end
local function finish(version, as_of, size, mark, cost)
  redis.call('HSET', info, 'version', version, 'as_of', as_of, 'total', size, 'changed', mark, 'gen', gen, 'cost', text(cost))
  redis.call('PEXPIRE', info, TTL)
  return hand_out(version, tonumber(as_of), tonumber(size))
end

if not copy then
  local version = text(began) .. '-' .. redis.call('HINCRBY', B, 'serial', 1) .. '-' .. total
  if total <= tonumber(ARGV[4]) then
    redis.call('COPY', z, B .. ':x:' .. version)
    return finish(version, text(now), total, changed, clock() - began)
  end
  copy = { into = B .. ':x:' .. version, except = B .. ':e:' .. version, version = version }
  redis.call('HSET', B .. ':cp', g, gen .. ' ' .. version .. ' ' .. text(began))
  redis.call('HSET', info, 'c_as_of', text(now), 'c_total', total, 'c_changed', changed, 'c_cost', 0, 'c_cursor', '')
  redis.call('PEXPIRE', info, TTL)
end
local c = redis.call('HMGET', info, 'c_as_of', 'c_total', 'c_changed', 'c_cost', 'c_cursor')
if not c[1] then
  cancel_copy(g, copy)
  return { 'COPYING' }
end

local later = {}
for _, m in ipairs(redis.call('SMEMBERS', copy.except)) do later[m] = true end
local from = '-'
if c[5] ~= '' then from = '(' .. c[5] end
local members = redis.call('ZRANGEBYLEX', z, from, '+', 'LIMIT', 0, piece)
local batch, n = {}, 0
for i = 1, #members do
  if not later[members[i]] then
    batch[n + 1], batch[n + 2] = 0, members[i]
    n = n + 2
  end
  if n >= 1000 or (i == #members and n > 0) then
    redis.call('ZADD', copy.into, unpack(batch, 1, n))
    n = 0
  end
end
redis.call('PEXPIRE', copy.into, 120000)
local cost = tonumber(c[4]) + clock() - began
if #members == piece then
  redis.call('HSET', info, 'c_cursor', members[#members], 'c_cost', text(cost))
  return { 'COPYING' }
end

if redis.call('ZCARD', copy.into) ~= tonumber(c[2]) then
  cancel_copy(g, copy)
  return { 'COPYING' }
end
redis.call('HDEL', B .. ':cp', g)
redis.call('UNLINK', copy.except)
return finish(copy.version, c[1], c[2], c[3], cost)
