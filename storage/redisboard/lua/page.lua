-- ARGV: group, version, offset, limit, moment. Returns status, rank of the first, members.
local g, version = ARGV[1], ARGV[2]
local expires = redis.call('ZSCORE', B .. ':v', version .. ' ' .. g)
if not expires or tonumber(expires) <= moment(ARGV[5]) then return { 'GONE' } end
local z = B .. ':x:' .. version
local total = tonumber(string.match(version, '(%d+)$'))
if redis.call('ZCARD', z) ~= total then return { 'GONE' } end
local first, limit = tonumber(ARGV[3]), tonumber(ARGV[4])
if limit < 1 or first >= total then return { 'OK', 1, {} } end
local members = redis.call('ZRANGE', z, first, first + limit - 1)
return { 'OK', rank(z, members[1]), members }
